"""What the user is told of an episode that was lost: its environment hung, or ended its process."""

from wann.errors import UserError
from wann.tasks.gym.settings import GymSettings


def overtime(settings: GymSettings, seed: int, step: int) -> str:
    """Return the line on an episode that was ended, since it took longer than it may.

    `step` is the one at which that was noticed, 0 for the reset.
    """
    return (
        f"{settings.id} hung (seed {seed}, step {step}): its episode took longer than "
        f"{settings.episode_seconds:g} s (--episode-seconds), was ended, and counts as failed"
    )


def crash(settings: GymSettings, seed: int, step: int, cause: str) -> str:
    """Return the line on an episode in which the process died; `cause` says how.

    UserError unless failures are to count as failed episodes.
    """
    where = f"{settings.id} ended its process (seed {seed}, step {step}): {cause}"
    if settings.on_error == "fail":
        raise UserError(
            f"{where}; repair the environment, let such episodes count as failed (--on-error "
            "worst), or, if memory is short, try fewer --threads"
        )
    return f"{where}; the episode counts as failed"
