namespace Ganglion.Kafka;

/// <summary>How a cluster is talked to.</summary>
public enum KafkaSecurityProtocol
{
    /// <summary>In the open, by anybody.</summary>
    Plaintext,

    /// <summary>Over TLS, which may tell who the client is by its certificate.</summary>
    Ssl,

    /// <summary>In the open, after telling who the client is. Whoever listens on the network gets to know the password of <see cref="KafkaSaslMechanism.Plain"/>.</summary>
    SaslPlaintext,

    /// <summary>Over TLS, after telling who the client is.</summary>
    SaslSsl,
}
