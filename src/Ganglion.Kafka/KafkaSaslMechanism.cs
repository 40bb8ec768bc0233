namespace Ganglion.Kafka;

/// <summary>How a client proves to a cluster who it is.</summary>
public enum KafkaSaslMechanism
{
    /// <summary>By its user name and password as they are. Confluent Cloud and Azure Event Hubs take this, over TLS.</summary>
    Plain,

    /// <summary>By its user name and password, which the cluster gets no sight of; SHA-256.</summary>
    ScramSha256,

    /// <summary>By its user name and password, which the cluster gets no sight of; SHA-512. Amazon MSK takes this.</summary>
    ScramSha512,

    /// <summary>By a token of an OAuth server, which is set by the <c>sasl.oauthbearer.*</c> of <see cref="KafkaBrokerOptions.Client"/>.</summary>
    OAuthBearer,

    /// <summary>By Kerberos, which is set by the <c>sasl.kerberos.*</c> of <see cref="KafkaBrokerOptions.Client"/>.</summary>
    Gssapi,
}
