using System.Net;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>How a listener may ask its clients who they are.</summary>
internal static class SaslRules
{
    private const int MinIterations = 4096;
    private const int MaxIterations = 16_384;

    /// <param name="sasl">The options.</param>
    /// <param name="listener">The options that they are a part of.</param>
    /// <param name="faults">Is told what is wrong with them.</param>
    public static void Check(KafkaListenerSaslOptions sasl, KafkaListenerOptions listener, OptionFaults faults)
    {
        var found = new OptionFaults();
        found.Check(
            sasl.Users is { Count: > 0 },
            $"{nameof(sasl.Users)} is empty, so nobody could be let in; name some, or leave {nameof(KafkaListenerOptions.Sasl)} out to ask nobody who he is");
        foreach ((string name, string password) in sasl.Users ?? new Dictionary<string, string>())
        {
            found.Check(IsSayable(name), $"{nameof(sasl.Users)} has the name '{ClientText.Of(name)}'; a name is not empty, and has no control characters");
            found.Check(IsSayable(password), $"{nameof(sasl.Users)} has a password for '{ClientText.Of(name)}' that is empty, or has control characters");
        }

        found.Check(
            sasl.Mechanisms != KafkaListenerMechanisms.None && (sasl.Mechanisms & ~KafkaListenerMechanisms.All) == KafkaListenerMechanisms.None,
            $"{nameof(sasl.Mechanisms)} is {sasl.Mechanisms}; it is one or more of {string.Join(", ", SaslServer.NamesOf(KafkaListenerMechanisms.All))}");
        found.Check(
            sasl.ScramIterations is >= MinIterations and <= MaxIterations,
            $"{nameof(sasl.ScramIterations)} is {sasl.ScramIterations}; allowed are {MinIterations} to {MaxIterations}");
        found.Check(
            sasl.FailureDelay >= TimeSpan.Zero && sasl.FailureDelay < listener.AuthenticationTimeout,
            $"{nameof(sasl.FailureDelay)} is {sasl.FailureDelay}; allowed are 0 to less than {nameof(listener.AuthenticationTimeout)}, {listener.AuthenticationTimeout}");
        found.Check(
            !sasl.Mechanisms.HasFlag(KafkaListenerMechanisms.Plain) || sasl.AllowsPlainWithoutTls || listener.Tls is not null
                || listener.EndPoint is null || IPAddress.IsLoopback(listener.EndPoint.Address),
            $"{nameof(sasl.Mechanisms)} has {nameof(KafkaListenerMechanisms.Plain)}, and {listener.EndPoint} is no loopback address and has no TLS: passwords could be "
            + $"read on the way. Set {nameof(listener.Tls)}, leave {nameof(KafkaListenerMechanisms.Plain)} out, or set {nameof(sasl.AllowsPlainWithoutTls)}");
        faults.Add(found, prefix: $"{nameof(KafkaListenerOptions.Sasl)}:");
    }

    private static bool IsSayable(string? text) => text is { Length: > 0 } && !text.Any(char.IsControl);
}
