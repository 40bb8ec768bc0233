namespace Ganglion.Testing;

/// <summary>The variable that says which faults to inject cannot be understood: correct it, or unset it.</summary>
public sealed class FaultInjectionException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="faults">What is wrong, each with its remedy.</param>
    public FaultInjectionException(IEnumerable<string> faults)
        : base("faults-malformed", $"{FaultInjection.Variable} cannot be understood. {string.Join(" ", faults)}")
    {
    }
}
