using System.Text.Json;

namespace Ganglion.Routes;

/// <summary>Says how a route differs from what it was before, in a phrase.</summary>
internal static class RouteDifference
{
    public static string Describe(Route before, Route after)
    {
        string[] parts = [.. PartsOf(before, after)];
        return parts.Length == 0 ? "changed nothing" : string.Join(", ", parts);
    }

    private static IEnumerable<string> PartsOf(Route before, Route after)
    {
        if ((after.Entry, after.Exit) != (before.Entry, before.Exit))
        {
            yield return after.IsDirect ? $"let '{after.Entry}' be read where it is published" : $"led '{after.Entry}' to '{after.Exit}'";
        }

        HashSet<string> was = NamesOf(before);
        HashSet<string> @is = NamesOf(after);
        Stage[] gone = [.. before.Stages.Where(stage => !@is.Contains(stage.Name))];
        Stage[] come = [.. after.Stages.Where(stage => !was.Contains(stage.Name))];
        if (gone is [var old] && come is [var replacement] && PlaceOf(before, old) == PlaceOf(after, replacement))
        {
            yield return $"replaced '{old.Name}' by '{replacement.Name}'";
        }
        else
        {
            foreach (Stage stage in gone)
            {
                yield return $"removed '{stage.Name}'";
            }

            foreach (Stage stage in come)
            {
                yield return $"inserted '{stage.Name}'{DescribePlace(after, stage)}";
            }
        }

        foreach (Stage stage in after.Stages)
        {
            if (before.Stages.FirstOrDefault(one => one.Name == stage.Name) is { } earlier && DescribeChange(earlier, stage) is { } change)
            {
                yield return change;
            }
        }

        string[] kept = [.. before.Stages.Select(stage => stage.Name).Where(@is.Contains)];
        if (!kept.SequenceEqual(after.Stages.Select(stage => stage.Name).Where(was.Contains)))
        {
            yield return $"put them in the order {string.Join(", ", after.Stages.Select(stage => $"'{stage.Name}'"))}";
        }
    }

    private static string? DescribeChange(Stage before, Stage after) =>
        before.Kind != after.Kind ? $"made '{after.Name}' a '{after.Kind}' of a '{before.Kind}'"
        : !IsSame(before.Settings, after.Settings) ? $"changed the settings of '{after.Name}'"
        : null;

    private static bool IsSame(JsonElement? one, JsonElement? other) =>
        (one is null && other is null) || (one is { } left && other is { } right && JsonElement.DeepEquals(left, right));

    private static string DescribePlace(Route route, Stage stage)
    {
        int at = PlaceOf(route, stage);
        return at + 1 < route.Stages.Count ? $" before '{route.Stages[at + 1].Name}'" : at > 0 ? $" behind '{route.Stages[at - 1].Name}'" : "";
    }

    private static int PlaceOf(Route route, Stage stage) => route.Stages.TakeWhile(one => one.Name != stage.Name).Count();

    private static HashSet<string> NamesOf(Route route) => route.Stages.Select(stage => stage.Name).ToHashSet(StringComparer.Ordinal);
}
