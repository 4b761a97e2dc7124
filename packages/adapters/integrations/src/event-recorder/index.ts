export { eventJson, type EventEnvelope, type RecordedEvent } from "./event-json.ts";
export { EventRecorder, type EventRecorderDeps } from "./recorder.ts";
