using System.Security.Cryptography;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>The mechanisms by which clients of a listener prove who they are.</summary>
internal sealed class SaslServer
{
    private const int NonceBytes = 18;

    private readonly Dictionary<string, Func<ISaslExchange>> _mechanisms = [];

    public SaslServer(KafkaListenerSaslOptions options)
    {
        FailureDelay = options.FailureDelay;
        foreach (string name in NamesOf(options.Mechanisms))
        {
            _mechanisms.Add(name, name switch
            {
                "SCRAM-SHA-256" => Scram(HashAlgorithmName.SHA256, options),
                "SCRAM-SHA-512" => Scram(HashAlgorithmName.SHA512, options),
                _ => Plain(options),
            });
        }
    }

    /// <summary>How long whoever has failed waits for being told so.</summary>
    public TimeSpan FailureDelay { get; }

    /// <summary>The names of the mechanisms, as clients know them.</summary>
    public IReadOnlyCollection<string> Mechanisms => _mechanisms.Keys;

    /// <summary>The names of mechanisms, the best first.</summary>
    public static IEnumerable<string> NamesOf(KafkaListenerMechanisms mechanisms)
    {
        (KafkaListenerMechanisms Mechanism, string Name)[] all =
        [
            (KafkaListenerMechanisms.ScramSha512, "SCRAM-SHA-512"), (KafkaListenerMechanisms.ScramSha256, "SCRAM-SHA-256"), (KafkaListenerMechanisms.Plain, "PLAIN"),
        ];
        return from one in all where mechanisms.HasFlag(one.Mechanism) select one.Name;
    }

    /// <summary>Lets a client prove who it is.</summary>
    /// <returns>Null if there is no such mechanism.</returns>
    public ISaslExchange? Begin(string mechanism) => _mechanisms.GetValueOrDefault(mechanism)?.Invoke();

    private static Func<ISaslExchange> Plain(KafkaListenerSaslOptions options)
    {
        var users = new PlainUsers(options.Users);
        return () => new PlainExchange(users);
    }

    private static Func<ISaslExchange> Scram(HashAlgorithmName hash, KafkaListenerSaslOptions options)
    {
        var users = new ScramUsers(hash, options.Users, options.ScramIterations);
        return () => new ScramExchange(hash, users.Find, Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes)));
    }
}
