// The markers of items, drawn on a canvas in the present colours: one per kind and tone, made when first asked for.
import type { Map as MapLibre } from 'maplibre-gl';
import { KINDS, type Kind } from '../api/types';
import { ICONS, KIND_ICONS } from '../parts/icons';
import { colour } from '../stores/theme.svelte';
import type { Tone } from './features';

const SIZE = 28;
const RATIO = 2;
const TONES: Tone[] = ['alert', 'waiting', 'calm', 'faded'];

/** Gives the map all markers; replaces those it has, for new colours. */
export function addMarkers(map: MapLibre): void {
  const panel = colour('--b-panel');
  const tones: Record<Tone, { fill: string; line: string; ink: string }> = {
    alert: { fill: colour('--b-alert'), line: panel, ink: colour('--b-alert-ink') },
    waiting: { fill: panel, line: colour('--b-accent'), ink: colour('--b-accent') },
    calm: { fill: panel, line: colour('--b-ink-2'), ink: colour('--b-ink') },
    faded: { fill: panel, line: colour('--b-line'), ink: colour('--b-ink-2') },
  };
  for (const kind of KINDS) {
    for (const tone of TONES) {
      const image = draw(kind, tones[tone]);
      if (!image) continue;
      const name = `${kind}/${tone}`;
      if (map.hasImage(name)) map.updateImage(name, image);
      else map.addImage(name, image, { pixelRatio: RATIO });
    }
  }
}

function draw(kind: Kind, { fill, line, ink }: { fill: string; line: string; ink: string }): ImageData | null {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE * RATIO;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return null;
  pen.scale(RATIO, RATIO);
  pen.beginPath();
  pen.arc(SIZE / 2, SIZE / 2, SIZE / 2 - 2, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = line;
  pen.stroke();
  pen.translate(SIZE / 2 - 7.2, SIZE / 2 - 7.2);
  pen.scale(0.6, 0.6);
  pen.lineWidth = 2.4;
  pen.lineCap = pen.lineJoin = 'round';
  pen.strokeStyle = ink;
  pen.stroke(new Path2D(ICONS[KIND_ICONS[kind]]));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
