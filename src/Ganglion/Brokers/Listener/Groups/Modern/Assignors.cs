namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>The assignors that members can ask for, by their names.</summary>
internal static class Assignors
{
    /// <summary>What is used when nobody asks for one.</summary>
    public static readonly IAssignor Default = new UniformAssignor();

    public static readonly IReadOnlyDictionary<string, IAssignor> All = new IAssignor[] { Default, new RangeAssignor() }
        .ToDictionary(assignor => assignor.Name, StringComparer.Ordinal);

    /// <summary>The one that most of the members ask for.</summary>
    /// <param name="asked">What each of them asks for; null if it does not care.</param>
    public static IAssignor Choose(IEnumerable<string?> asked) => asked
        .OfType<string>()
        .CountBy(name => name, StringComparer.Ordinal)
        .OrderByDescending(votes => votes.Value)
        .ThenBy(votes => votes.Key, StringComparer.Ordinal)
        .Select(votes => All[votes.Key])
        .FirstOrDefault(Default);
}
