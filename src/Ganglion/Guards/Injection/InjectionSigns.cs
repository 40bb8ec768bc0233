namespace Ganglion.Guards.Injection;

/// <summary>
/// What was found in an event, by sign. Several hints add up as if each were a chance of its own: two of 0.5 are 0.75, and none makes it less.
/// </summary>
internal ref struct InjectionSigns(Span<double> remaining)
{
    private static readonly string[] Names = ["override", "role", "exfiltration", "new-instructions", "delimiters", "invisible", "lookalikes", "encoded", "spaced", "markdown-image", "phrases"];

    // What of each sign is not yet certain: 1, if nothing was found.
    private readonly Span<double> _remaining = remaining;

    public static int Count => Names.Length;

    public static string[] AllNames => Names;

    /// <summary>Whether anything was found.</summary>
    public readonly bool Any => _remaining.ContainsAnyExcept(1.0);

    /// <summary>How likely it is that the text is meant so.</summary>
    public readonly double Score
    {
        get
        {
            double none = 1;
            foreach (double one in _remaining)
            {
                none *= one;
            }

            return Math.Round(1 - none, 3);
        }
    }

    public readonly void Add(InjectionSign sign, double weight) => _remaining[(int)sign] *= 1 - weight;

    /// <summary>Leaves signs out.</summary>
    public readonly void Ignore(ReadOnlySpan<bool> ignored)
    {
        for (int sign = 0; sign < ignored.Length; sign++)
        {
            _remaining[sign] = ignored[sign] ? 1 : _remaining[sign];
        }
    }

    public readonly List<Finding> ToFindings()
    {
        var findings = new List<Finding>();
        for (int sign = 0; sign < _remaining.Length; sign++)
        {
            if (_remaining[sign] < 1)
            {
                findings.Add(new Finding(Names[sign]) { Score = Math.Round(1 - _remaining[sign], 3) });
            }
        }

        return findings;
    }
}
