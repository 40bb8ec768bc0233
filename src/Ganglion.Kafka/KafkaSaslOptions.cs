using System.Text;

namespace Ganglion.Kafka;

/// <summary>Who the client is, for clusters that ask (<c>Ganglion:Kafka:Sasl</c>).</summary>
public sealed record KafkaSaslOptions
{
    /// <summary>How it is proved. Default: not at all. <c>sasl.mechanisms</c></summary>
    public KafkaSaslMechanism? Mechanism { get; init; }

    /// <summary>The user's name, or the id of a key. <c>sasl.username</c></summary>
    public string? Username { get; init; }

    /// <summary>
    /// The password, or the secret of a key, as it is: nothing is trimmed, unquoted or converted. It is in no log, message or text of these
    /// options. <c>sasl.password</c>
    /// </summary>
    public string? Password { get; init; }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Mechanism)} = {Mechanism}, {nameof(Username)} = {Username}, {nameof(Password)} = {SecretText.Of(Password)}");
        return true;
    }
}
