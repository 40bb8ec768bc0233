namespace Ganglion.Brokers;

/// <summary>What is done to a setting, by Kafka's numbers (KIP-339).</summary>
internal enum ConfigOperation : sbyte
{
    /// <summary>It gets a value.</summary>
    Set = 0,

    /// <summary>It goes back to the broker's default.</summary>
    Delete = 1,

    /// <summary>A list gets more values.</summary>
    Append = 2,

    /// <summary>A list loses values.</summary>
    Subtract = 3,
}
