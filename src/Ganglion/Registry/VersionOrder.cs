using Ganglion.Events;

namespace Ganglion.Registry;

/// <summary>Orders versions: those of numbers by their numbers, others by their text, before them; none at all first.</summary>
internal sealed class VersionOrder : IComparer<string?>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        _ = DataVersion.TryParse(x, out DataVersion left);
        _ = DataVersion.TryParse(y, out DataVersion right);
        int numbers = left.Order.CompareTo(right.Order);
        return numbers != 0 ? numbers : StringComparer.Ordinal.Compare(x, y);
    }
}
