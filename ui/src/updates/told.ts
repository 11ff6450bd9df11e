// Which stages of an update are worth a line in the window.
import type { UpdateStage } from "../generated/UpdateStage";

/** Whether the window says it. What happens by itself, as the user chose, says nothing until it is done or refused. */
export function isTold(stage: UpdateStage): boolean {
  switch (stage.kind) {
    case "resting":
    case "notOffered":
      return false;
    case "checking":
    case "newest":
    case "downloading":
    case "failed":
      return stage.asked;
    case "available":
    case "ready":
    case "installing":
    case "installed":
      return true;
  }
}
