// The shapes of Eye and Ear, by short names. Not here: how they are fetched (api.ts).
import { every, type Present, type Schemas } from '../api/types';

export type Class = Schemas['SenseClass'];
/** In the order of the keys 1 to 9 and 0; `other` has none. */
export const CLASSES = every<Class>()(
  'gun_shot', 'explosion', 'firework', 'glass_breaking', 'scream', 'tire_screech', 'siren', 'crowd', 'drone', 'engine', 'other',
);
export type State = Schemas['SenseState'];
export const STATES = every<State>()('open', 'confirmed', 'rejected', 'merged', 'expired');
export type RejectReason = Schemas['SenseRejectReason'];
export const REASONS = every<RejectReason>()('nothing', 'harmless', 'known', 'weather', 'test', 'other');
export type HealthState = Schemas['SenseHealthState'];
export type Then = Schemas['SenseThen'];
export const THENS = every<Then>()('tell', 'doubt', 'hush');

export type Evidence = Present<Schemas['SenseEvidence']>;
export type EvidenceCode = Evidence['code'];
export type Likely = Present<Schemas['SenseLikely']>;
export type LevelLine = Present<Schemas['SenseLevelLine']>;
export type CameraPart = Present<Schemas['SenseCameraPart']>;
export type BearingLine = Present<Schemas['SenseBearingLine']>;
export type Whereabouts = Present<Schemas['SenseWhereabouts']>;
export type LeftOut = Present<Schemas['SenseLeftOut']>;
export type Observation = Present<Schemas['SenseObservation']>;
export type Shown = Omit<Present<Schemas['SenseShown']>, 'observation'> & { observation: Observation };
export type Judge = Schemas['SenseJudge'];
export type Sensor = Present<Schemas['SenseSensor']>;
export type SensorState = Present<Schemas['SenseSensorState']>;
export type Rule = Present<Schemas['SenseRule']>;
