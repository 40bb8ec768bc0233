namespace Ganglion.Guards;

/// <summary>Guards are not defined as they must be. The message lists every fault with its remedy.</summary>
public sealed class GuardDefinitionException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>guard-invalid</c>.</summary>
    /// <param name="faults">Every fault, each with its remedy.</param>
    public GuardDefinitionException(IReadOnlyList<string> faults)
        : base("guard-invalid", string.Join(Environment.NewLine, faults))
    {
        Faults = faults;
    }

    /// <summary>The faults one by one.</summary>
    public IReadOnlyList<string> Faults { get; }
}
