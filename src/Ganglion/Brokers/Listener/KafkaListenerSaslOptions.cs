using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;

namespace Ganglion.Brokers.Listener;

/// <summary>Whom a listener lets in, and how they prove who they are.</summary>
public sealed record KafkaListenerSaslOptions
{
    /// <summary>
    /// The users with their passwords, as they are: nothing is trimmed or converted, and capitals count. No password is in a log, message or text of
    /// these options. They are read once, when the listener starts.
    /// </summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>In which ways they can prove who they are. Default: all.</summary>
    public KafkaListenerMechanisms Mechanisms { get; init; } = KafkaListenerMechanisms.All;

    /// <summary>
    /// How often SCRAM hashes a password: the more, the longer takes whoever guesses it from what he has overheard, and each client that connects.
    /// Default 4,096, the least; 16,384 is the most, as on Kafka.
    /// </summary>
    public int ScramIterations { get; init; } = 4096;

    /// <summary>How long a client that has failed waits for being told so, which slows down whoever guesses. Default 1 s.</summary>
    public TimeSpan FailureDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether <see cref="KafkaListenerMechanisms.Plain"/> is allowed without TLS on other addresses than the loopback address. Default
    /// <see langword="false"/>: whoever is on the way would read the passwords.
    /// </summary>
    public bool AllowsPlainWithoutTls { get; init; }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Users)} = {string.Join(", ", Users?.Keys ?? [])}; {nameof(Mechanisms)} = {Mechanisms}, ");
        text.Append(CultureInfo.InvariantCulture, $"{nameof(ScramIterations)} = {ScramIterations}, {nameof(FailureDelay)} = {FailureDelay}, ");
        text.Append($"{nameof(AllowsPlainWithoutTls)} = {AllowsPlainWithoutTls}");
        return true;
    }
}
