namespace Ganglion.Guards;

/// <summary>Something that a guard has noticed, for those who look into its verdict later. It never holds the text itself.</summary>
/// <param name="Rule">The rule, such as <c>email</c>. Within a composite it is preceded by the guard's name: <c>privacy/email</c>.</param>
public sealed record Finding(string Rule)
{
    /// <summary>How sure or how grave it is, from 0 to 1. Default 1.</summary>
    public double Score { get; init; } = 1;

    /// <summary>How often it was found. Default 1.</summary>
    public int Count { get; init; } = 1;
}
