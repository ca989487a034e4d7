"""`wann.recipes`: what searches can begin from."""

from wann.api.calls import public


@public
def recipes() -> dict[str, str]:
    """Return the recipes that come with the package: their names, each with its description.

    The settings of one are `wann.load_recipe(name)`; a TOML file of one's own settings is a recipe,
    too.

    Example:
        >>> "swingup" in wann.recipes()
        True
    """
    from wann.experiments.growing.recipes import recipe_names

    return recipe_names()
