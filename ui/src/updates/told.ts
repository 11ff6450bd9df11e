// Which stages of an update are worth a line in the window.
import type { Updates } from "../generated/Updates";
import type { UpdateStage } from "../generated/UpdateStage";

/** Whether the window says it. What happens by itself, as the user chose, says nothing until it is done. */
export function isTold(stage: UpdateStage, choice: Updates): boolean {
  switch (stage.kind) {
    case "resting":
    case "notOffered":
      return false;
    case "checking":
    case "newest":
      return stage.asked;
    case "failed":
      return stage.asked;
    case "downloading":
      return !(choice === "automatic" && stage.time === "onQuit");
    case "available":
    case "ready":
    case "installing":
    case "installed":
      return true;
  }
}
