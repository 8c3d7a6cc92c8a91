// The shapes of measures, by short names. Not here: how they are fetched (api.ts).
import { every, type Present, type Schemas } from '../api/types';

export type Position = [number, number];
export type Plan = Present<Schemas['MeasuresPlan']>;
export type PlanShown = Omit<Present<Schemas['MeasuresPlanShown']>, 'plan'> & { plan: Plan };
export type PlanVersion = Present<Schemas['MeasuresPlanVersion']>;
export type Origin = Present<Schemas['MeasuresOrigin']>;
export type Measure = Present<Schemas['MeasuresMeasure']>;
export type MeasureEffect = Present<Schemas['MeasuresEffect']>;
export type Closure = Present<Schemas['MeasuresClosure']>;
export type PlanZone = Present<Schemas['MeasuresZone']>;
export type PlanSite = Present<Schemas['MeasuresSite']>;
export type Asset = Present<Schemas['MeasuresAsset']>;
export type Neighbourhood = Present<Schemas['MeasuresNeighbourhood']>;
export type Destination = Present<Schemas['MeasuresDestination']>;
export type Travel = Present<Schemas['MeasuresTravel']>;
export type Share = Present<Schemas['MeasuresShare']>;
export type Contact = Present<Schemas['MeasuresContact']>;
export type Scenario = Present<Schemas['MeasuresScenario']>;
export type Norm = Present<Schemas['MeasuresNorm']>;
export type ThreatLevel = Present<Schemas['MeasuresThreatLevel']>;
export type Posture = Present<Schemas['MeasuresPosture']>;
export type Decision = Present<Schemas['MeasuresDecision']>;
export type Calendar = Present<Schemas['MeasuresCalendar']>;
export type PlaybookStep = Present<Schemas['MeasuresPlaybookStep']>;
export type PlannedEvent = Present<Schemas['MeasuresEvent']>;
export type Phase = Present<Schemas['MeasuresPhase']>;
export type BurdenScale = Present<Schemas['MeasuresBurdenScale']>;
export type BurdenKind = Schemas['MeasuresBurdenKind'];
export const BURDENS = every<BurdenKind>()('accessibility', 'liveability', 'appearance', 'business', 'privacy');
export type Weight = Schemas['MeasuresWeight'];
export const WEIGHTS = every<Weight>()('none', 'slight', 'moderate', 'heavy', 'severe');
export type PhaseKind = Schemas['MeasuresPhaseKind'];
export const PHASES = every<PhaseKind>()('build-up', 'day', 'break-down');
export type Mode = Schemas['MeasuresMode'];
export const MODES = every<Mode>()('car', 'bike', 'foot', 'emergency');
export type Group = Schemas['MeasuresGroup'];
export const GROUPS = every<Group>()('residents', 'permit-holders', 'deliveries', 'care');
export type Layer = Schemas['MeasuresLayer'];
export const LAYERS = every<Layer>()('deter', 'detect', 'delay', 'respond', 'mitigate');

export type Request = Present<Schemas['MeasuresRequest']>;
export type Search = Present<Schemas['MeasuresSearch']>;
export type Stage = Schemas['MeasuresStage'];
export type OptionRow = Present<Schemas['MeasuresOptionRow']>;
export type OptionShown = Present<Schemas['MeasuresOption']>;
export type Outcome = OptionShown['outcome'];
export type Solution = Present<Schemas['MeasuresSolution']>;
export type LevelPosture = Present<Schemas['MeasuresLevelPosture']>;
export type Certificate = Present<Schemas['MeasuresCertificate']>;
export type Rejected = Present<Schemas['MeasuresRejected']>;
export type Shortfall = Present<Schemas['MeasuresShortfall']>;
export type Unmet = Present<Schemas['MeasuresUnmet']>;
export type Limit = Present<Schemas['MeasuresLimit']>;
export type StreetEffect = Present<Schemas['MeasuresStreetEffect']>;
export type Impact = NonNullable<Plan['impacts']>[number];
export type Reach = Schemas['MeasuresReach'];
export type ReachAsked = Schemas['MeasuresReachAsked'];
export type DecisionBody = Schemas['MeasuresDecisionBody'];
export type Decided = Present<Schemas['MeasuresDecided']>;

export const LEVELS = [1, 2, 3, 4, 5] as const;

/** A feature collection as MapLibre takes it. */
export interface Drawn {
  type: 'FeatureCollection';
  features: GeoJSON.Feature[];
}
export interface Ground {
  streets: Drawn;
  neighbourhoods: Drawn;
}
export type RotaRequest = Schemas['MeasuresRotaRequest'];
export type Rota = Present<Schemas['MeasuresRota']>;
export type RotaCoverage = Rota['coverage'];
export type OverrideLoss = Rota['losses'][number];
export type Publication = Present<Schemas['MeasuresPublicationShown']>;
