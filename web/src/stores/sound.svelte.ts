// A short sound for a new alert. Off until the member turns it on; made here, so nothing is fetched.
import { preferences } from './preferences.svelte';

const TONES_HZ = [660, 880];
const TONE_S = 0.16;
const LOUDNESS = 0.18;

class Sound {
  #context: AudioContext | null = null;

  get on(): boolean {
    return preferences.now['sound'] === true;
  }

  choose(on: boolean): void {
    preferences.set('sound', on);
    // A browser allows sound after the reader did something: this is that something, and lets one hear what it is.
    if (on) this.alert();
  }

  /** Two rising tones, once. */
  alert(): void {
    if (!this.on || typeof AudioContext === 'undefined') return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    void context.resume().catch(() => undefined);
    TONES_HZ.forEach((frequency, index) => {
      const from = context.currentTime + index * (TONE_S + 0.03);
      const tone = new OscillatorNode(context, { frequency, type: 'sine' });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, from);
      gain.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
      gain.gain.linearRampToValueAtTime(0, from + TONE_S);
      tone.connect(gain).connect(context.destination);
      tone.start(from);
      tone.stop(from + TONE_S);
    });
  }
}

export const sound = new Sound();
