namespace Ganglion.Hosting;

/// <summary>The settings of a host's embedded broker are not as they must be. The message lists every fault with its remedy, and no secret.</summary>
public sealed class EmbeddedBrokerSettingsException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>embedded-broker-settings-invalid</c>.</summary>
    /// <param name="faults">Every fault, each with its remedy.</param>
    public EmbeddedBrokerSettingsException(IReadOnlyList<string> faults)
        : base("embedded-broker-settings-invalid", string.Join(Environment.NewLine, faults))
    {
        Faults = faults;
    }

    /// <summary>The faults one by one.</summary>
    public IReadOnlyList<string> Faults { get; }
}
