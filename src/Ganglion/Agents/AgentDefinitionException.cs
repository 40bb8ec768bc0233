namespace Ganglion.Agents;

/// <summary>Agents are not defined or configured as they must be. The message lists every fault with its remedy.</summary>
public sealed class AgentDefinitionException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>agent-invalid</c>.</summary>
    /// <param name="faults">Every fault, each with its remedy.</param>
    public AgentDefinitionException(IReadOnlyList<string> faults)
        : base("agent-invalid", string.Join(Environment.NewLine, faults))
    {
        Faults = faults;
    }

    /// <summary>The faults one by one.</summary>
    public IReadOnlyList<string> Faults { get; }
}
