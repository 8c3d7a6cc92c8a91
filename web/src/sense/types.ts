// The shapes of Eye and Ear, by short names. Not here: how they are fetched (api.ts).
import { every, type Present, type Schemas } from '../api/types';

export type Position = [number, number];
export type Class = Schemas['SenseClass'];
export const CLASSES = every<Class>()(
  'gun_shot', 'explosion', 'firework', 'glass_breaking', 'scream', 'tire_screech', 'siren', 'crowd', 'drone', 'engine', 'other',
);
export type State = Schemas['SenseState'];
export const STATES = every<State>()('open', 'confirmed', 'rejected', 'merged', 'expired');
export type RejectReason = Schemas['SenseRejectReason'];
/** In the order of the keys 1 to 6. */
export const REASONS = every<RejectReason>()('nothing', 'harmless', 'known', 'weather', 'test', 'other');
export type HealthState = Schemas['SenseHealthState'];
export type Then = Schemas['SenseThen'];
export const THENS = every<Then>()('tell', 'doubt', 'hush');

export type Evidence = Present<Schemas['SenseEvidence']>;
export type EvidenceCode = Evidence['code'];
export type LevelLine = Present<Schemas['SenseLevelLine']>;
export type CameraPart = Present<Schemas['SenseCameraPart']>;
export type BearingLine = Present<Schemas['SenseBearingLine']>;
export type LeftOut = Present<Schemas['SenseLeftOut']>;
export type Observation = Present<Schemas['SenseObservation']>;
export type Shown = Present<Schemas['SenseShown']>;
export type Judge = Schemas['SenseJudge'];
export type SensorState = Omit<Present<Schemas['SenseSensorState']>, 'at' | 'sees'> & { at: Position; sees?: Position[] };
export type Sensor = Omit<Present<Schemas['SenseSensor']>, 'sensor'> & { sensor: SensorState };
export type Register = Present<Schemas['SenseRegister']>;
export type RegisterRow = Omit<Present<Schemas['SenseRegisterRow']>, 'at'> & { at: Position };
export type Rule = Present<Schemas['SenseRule']>;
export type Settings = Omit<Present<Schemas['SenseOwnSettings']>, 'rules'> & { rules?: Rule[] };
export type SettingsShown = Omit<Present<Schemas['SenseSettingsShown']>, 'settings'> & { settings: Settings };
export type Rate = Present<Schemas['SenseRate']>;
export type Rates = Present<Schemas['SenseRates']>;
export type Candidate = Present<Schemas['SenseCandidate']>;
export type Replay = Present<Schemas['SenseReplay']>;

/** A spot of a picture, and where on the ground it is once that is known. */
export interface Spot {
  pixel: [number, number];
  at: Position | null;
}
