using System.Globalization;

namespace Ganglion.Benchmarks.Harness;

/// <summary>An expectation, and whether it was met.</summary>
internal sealed record Verdict(string Claim, string Expected, string Measured, bool Met)
{
    public static Verdict AtLeast(string claim, double measured, double limit) =>
        new(claim, $"≥ {Show(limit)}", Show(measured), measured >= limit);

    public static Verdict AtMost(string claim, double measured, double limit) =>
        new(claim, $"≤ {Show(limit)}", Show(measured), measured <= limit);

    /// <summary>For a figure that is a ratio of its own in each round.</summary>
    public static Verdict AtLeast(string claim, Figure figure, double limit) => AtLeast(claim, figure.Median, limit);

    public static Verdict AtMost(string claim, Figure figure, double limit) =>
        new(claim, $"≤ {figure.Unit.Show(limit)}", figure.Unit.Show(figure.Median), figure.Median <= limit);

    private static string Show(double ratio) => ratio.ToString("0.###", CultureInfo.InvariantCulture) + " ×";
}
