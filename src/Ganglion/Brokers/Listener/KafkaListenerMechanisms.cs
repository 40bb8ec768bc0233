namespace Ganglion.Brokers.Listener;

/// <summary>The ways in which clients of a listener can prove who they are: mechanisms of SASL.</summary>
[Flags]
public enum KafkaListenerMechanisms
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>PLAIN (RFC 4616): the client sends the password as it is, so it is for TLS.</summary>
    Plain = 1,

    /// <summary>SCRAM-SHA-256 (RFC 7677): the client proves that it knows the password, and does not send it.</summary>
    ScramSha256 = 2,

    /// <summary>SCRAM-SHA-512: the same, with longer hashes.</summary>
    ScramSha512 = 4,

    /// <summary>Whichever of them a client chooses.</summary>
    All = Plain | ScramSha256 | ScramSha512,
}
