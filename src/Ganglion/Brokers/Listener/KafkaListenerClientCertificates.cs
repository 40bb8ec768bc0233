namespace Ganglion.Brokers.Listener;

/// <summary>Whether a listener asks its clients for a certificate, as Kafka's <c>ssl.client.auth</c> says.</summary>
public enum KafkaListenerClientCertificates
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>It does, and takes clients without one, too. One that is not trusted is refused.</summary>
    Requested,

    /// <summary>It does, and refuses clients without one that is trusted.</summary>
    Required,
}
