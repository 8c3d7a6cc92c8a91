// The handles of an outline on a map: its corners as buttons, small ones between them that become corners, and one for
// the whole. Mouse and finger drag them, arrow keys move them. Not here: what the corners come to (outline.ts).
import maplibregl from 'maplibre-gl';
import type { Map as MapLibre, Marker } from 'maplibre-gl';
import { t } from '../i18n/index.svelte';
import { middleOf, middleOfSide, type Corner } from './outline';

export interface Doing {
  add: (corner: Corner, after: number | null) => void;
  /** `first` when a movement begins: the way back leads to before it. */
  move: (at: number, to: Corner, first: boolean) => void;
  shift: (by: Corner, first: boolean) => void;
  choose: (at: number) => void;
  remove: (at: number) => void;
}

/** Pixels that an arrow key moves by; with Shift. */
const STEP_PX = 8;
const SMALL_STEP_PX = 1;
/** With more corners the handles between them are left out. */
const SIDES_SHOWN_MAX = 60;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const at = (marker: Marker): Corner => [marker.getLngLat().lng, marker.getLngLat().lat];
const words = ([longitude, latitude]: Corner) => `${latitude.toFixed(5)}° N ${longitude.toFixed(5)}° E`;

export class Handles {
  #map: MapLibre;
  #doing: Doing;
  #shown: Corner[] = [];
  #corners: Marker[] = [];
  #sides: Marker[] = [];
  #whole: Marker | undefined;
  #shifting = false;

  constructor(map: MapLibre, doing: Doing) {
    this.#map = map;
    this.#doing = doing;
  }

  /** Whether an event came from a handle and not from the map under it. */
  static are(target: EventTarget | null): boolean {
    return target instanceof Element && target.closest('[data-handle]') !== null;
  }

  show(corners: Corner[], chosen: number | null): void {
    this.#shown = corners;
    this.#place(this.#corners, corners.length, (index) => corners[index] ?? [0, 0], (index) => this.#corner(index));
    const sides = corners.length > 2 && corners.length <= SIDES_SHOWN_MAX ? corners.length : 0;
    this.#place(this.#sides, sides, (index) => middleOfSide(corners, index), (index) => this.#side(index));
    if (corners.length > 2) {
      this.#whole ??= this.#all().setLngLat(middleOf(corners)).addTo(this.#map);
      if (!this.#shifting) this.#whole.setLngLat(middleOf(corners));
    } else {
      this.#whole?.remove();
      this.#whole = undefined;
    }
    this.#corners.forEach((marker, index) => {
      const button = marker.getElement();
      button.classList.toggle('chosen', index === chosen);
      button.setAttribute('aria-label', t('places.corner.at', { corner: index + 1, count: corners.length, where: words(corners[index] ?? [0, 0]) }));
    });
  }

  /** As many markers as there are places, each where it belongs; those that stay keep the focus. */
  #place(markers: Marker[], count: number, where: (index: number) => Corner, make: (index: number) => Marker): void {
    while (markers.length > count) markers.pop()?.remove();
    markers.forEach((marker, index) => marker.setLngLat(where(index)));
    while (markers.length < count) markers.push(make(markers.length).setLngLat(where(markers.length)).addTo(this.#map));
  }

  #corner(index: number): Marker {
    const button = handle('button', 'corner');
    const marker = new maplibregl.Marker({ element: button, draggable: true });
    let first = true;
    marker.on('dragstart', () => {
      first = true;
      this.#doing.choose(index);
    });
    marker.on('drag', () => {
      this.#doing.move(index, at(marker), first);
      first = false;
    });
    button.addEventListener('focus', () => this.#doing.choose(index));
    button.addEventListener('keydown', (event) => {
      if (event.key === 'Delete' || event.key === 'Backspace') {
        this.#doing.remove(index);
        // The button is now the next corner's, or gone with the last one.
        this.#focus(() => this.#corners[index] ?? this.#corners.at(-1));
      } else if (event.key === 'Enter') {
        this.#doing.add(middleOfSide(this.#shown, index), index);
        this.#focus(() => this.#corners[index + 1]);
      } else {
        const to = this.#stepped(event, at(marker));
        if (!to) return;
        this.#doing.move(index, to, true);
      }
      event.preventDefault();
      event.stopPropagation();
    });
    return marker;
  }

  /** Dragged or pressed, a side gets a corner there. */
  #side(index: number): Marker {
    const marker = new maplibregl.Marker({ element: handle('div', 'side'), draggable: true });
    marker.on('dragend', () => this.#doing.add(at(marker), index));
    marker.getElement().addEventListener('click', () => this.#doing.add(middleOfSide(this.#shown, index), index));
    return marker;
  }

  #all(): Marker {
    const button = handle('button', 'whole');
    button.setAttribute('aria-label', t('places.whole'));
    button.title = t('places.whole');
    const marker = new maplibregl.Marker({ element: button, draggable: true });
    const move = (from: Corner, to: Corner, first: boolean) => this.#doing.shift([to[0] - from[0], to[1] - from[1]], first);
    let from: Corner = [0, 0];
    let first = true;
    marker.on('dragstart', () => {
      this.#shifting = first = true;
      from = middleOf(this.#shown);
    });
    marker.on('drag', () => {
      move(from, at(marker), first);
      from = at(marker);
      first = false;
    });
    marker.on('dragend', () => (this.#shifting = false));
    button.addEventListener('keydown', (event) => {
      const to = this.#stepped(event, at(marker));
      if (!to) return;
      move(at(marker), to, true);
      event.preventDefault();
      event.stopPropagation();
    });
    return marker;
  }

  /** Once what follows from a change has been drawn. */
  #focus(which: () => Marker | undefined): void {
    requestAnimationFrame(() => which()?.getElement().focus());
  }

  /** Where an arrow key leads: the same on the screen at every zoom. */
  #stepped(event: KeyboardEvent, from: Corner): Corner | null {
    const way = ARROWS[event.key];
    if (!way) return null;
    const step = event.shiftKey ? SMALL_STEP_PX : STEP_PX;
    const { x, y } = this.#map.project(from);
    const to = this.#map.unproject([x + way[0] * step, y + way[1] * step]);
    return [to.lng, to.lat];
  }
}

function handle(tag: 'button' | 'div', kind: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = `handle ${kind}`;
  element.dataset['handle'] = kind;
  if (element instanceof HTMLButtonElement) element.type = 'button';
  else element.setAttribute('aria-hidden', 'true');
  return element;
}
