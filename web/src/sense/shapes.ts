// The shapes of Eye and Ear as the node writes them, until they are generated with the others (api/schema.ts).
// Not here: the short names the screens use (types.ts).
type Position = [number, number];
type Class = 'gun_shot' | 'explosion' | 'firework' | 'glass_breaking' | 'scream' | 'tire_screech' | 'siren' | 'crowd' | 'drone' | 'engine' | 'other';
type Movement = 'line_crossed' | 'loitering' | 'left_object' | 'crowd_change' | 'sudden_motion';
type Verdict = 'confirm' | 'reject' | 'merge' | 'class';
type Reason = 'nothing' | 'harmless' | 'known' | 'weather' | 'test' | 'other';

export interface Shapes {
  SenseClass: Class;
  SenseState: 'open' | 'confirmed' | 'rejected' | 'merged' | 'expired';
  SenseVerdict: Verdict;
  SenseRejectReason: Reason;
  SenseHealthState: 'working' | 'learning' | 'dead' | 'blocked' | 'defocused' | 'moved' | 'clock_off' | 'gone';
  SenseSensorKind: 'microphone' | 'array' | 'camera';
  SenseThen: 'tell' | 'doubt' | 'hush';
  SenseEvidenceCode:
    | 'prior' | 'loudness' | 'class' | 'heard_by_others' | 'not_heard' | 'fits_one_place' | 'fits_bearings' | 'movement_there' | 'nothing_moved'
    | 'movement_started' | 'cannot_see' | 'camera_unfit' | 'clock_off' | 'speech' | 'echo' | 'judged_before' | 'rule';
  SenseEvidence: { code: Shapes['SenseEvidenceCode']; sensor?: string | null; weight: number; value?: number | null };
  SenseLikely: { class: Class; probability: number };
  SenseLevelLine: { sensor: string; from: string; step_ms: number; over_background_db: number[] };
  SenseCameraPart: { sensor: string; sees: boolean; turned: boolean; tracks_m?: number[]; still?: string | null };
  SenseBearingLine: { sensor: string; from: number[]; towards_deg: number; width_deg: number };
  SenseLeftOut: { sensor: string; why: 'late' | 'clock_off' | 'echo'; by: number };
  SenseWhereabouts: { at: number[]; major_m: number; minor_m: number; towards_deg: number; zone?: string | null; left_out?: Shapes['SenseLeftOut'][] };
  SenseWhat: { kind: 'sound'; name: Class } | { kind: 'movement'; name: Movement };
  SenseObservation: {
    id: string; revision: number; stage: 'provisional' | 'settled'; basis: 'heard' | 'heard_and_seen' | 'seen'; what?: Shapes['SenseWhat'] | null;
    classes?: Shapes['SenseLikely'][]; probability: number; at: string; first_heard: string; told: string; place?: Shapes['SenseWhereabouts'] | null;
    bearings?: Shapes['SenseBearingLine'][]; evidence: Shapes['SenseEvidence'][]; cameras?: Shapes['SenseCameraPart'][];
    levels?: Shapes['SenseLevelLine'][]; settings_version: number; model?: string | null;
  };
  SenseJudgement: { verdict: Verdict; class?: Class | null; reason?: Reason | null; note?: string | null; into?: string | null; member: string; at: string };
  SenseShown: {
    observation: Shapes['SenseObservation']; post: string; came: string; kept_until: string; state: Shapes['SenseState']; class?: Class | null;
    judgements: Shapes['SenseJudgement'][]; undo_until?: string | null; stills: string[]; item?: string | null;
  };
  SenseJudge: { verdict: Verdict; class?: Class | null; reason?: Reason | null; note?: string | null; into?: string | null };
  SenseRegister: {
    name: string; owner: string; purpose: string; legal_basis: string; data: string; personal_data: boolean; retention_days: number; contact: string;
    since?: string | null;
  };
  SenseHealth: {
    state: Shapes['SenseHealthState']; since: string; last?: string | null; clock_offset_ms?: number | null; level_dbfs?: number | null;
    background_dbfs?: number | null; measured_per_day?: number | null; lost?: number; remark?: string | null;
  };
  SenseSensorState: {
    id: string; kind: Shapes['SenseSensorKind']; at: Position; register: Shapes['SenseRegister']; health: Shapes['SenseHealth']; sees?: Position[]; turns?: boolean;
  };
  SenseSensor: { sensor: Shapes['SenseSensorState']; post: string; since: string; heard: string };
  SenseRule: {
    name: string; zone?: string | null; from?: string | null; until?: string | null; from_minute?: number | null; until_minute?: number | null;
    classes?: Class[]; then: Shapes['SenseThen'];
  };
  SenseOwnSettings: { false_alarms_per_day: number; rules?: Shapes['SenseRule'][]; stills?: boolean };
  SenseSettingsShown: { version: number; at?: string | null; member?: string | null; settings: Shapes['SenseOwnSettings'] };
  SenseRate: {
    sensor?: string | null; class?: Class | null; told: number; confirmed: number; rejected: number; unjudged: number; days: number; false_per_day: number;
    false_per_day_low: number; false_per_day_high: number;
  };
  SenseRates: { from: string; until: string; wanted_per_day: number; all: Shapes['SenseRate']; items: Shapes['SenseRate'][] };
  SenseCandidate: { observation?: string | null; sensor?: string | null; at: string; class?: Class | null; probability: number; zone?: string | null; rule?: string | null };
  SenseReplay: {
    from: string; until: string; told: number; would_tell: number; detections: number; cut_short: boolean; same: Shapes['SenseCandidate'][];
    gained: Shapes['SenseCandidate'][]; lost: Shapes['SenseCandidate'][];
  };
  SenseRegisterRow: {
    id: string; organisation: string; organisation_name: { en: string; nl: string }; kind: Shapes['SenseSensorKind']; at: Position; register: Shapes['SenseRegister'];
  };
}
