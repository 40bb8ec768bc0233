namespace Ganglion.Kafka;

/// <summary>The settings of a cluster are not as they must be. The message lists every fault with its remedy, and no secret.</summary>
public sealed class KafkaSettingsException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>kafka-settings-invalid</c>.</summary>
    /// <param name="faults">Every fault, each with its remedy.</param>
    public KafkaSettingsException(IReadOnlyList<string> faults)
        : base("kafka-settings-invalid", string.Join(Environment.NewLine, faults))
    {
        Faults = faults;
    }

    /// <summary>The faults one by one.</summary>
    public IReadOnlyList<string> Faults { get; }
}
