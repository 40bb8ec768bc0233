using System.Security.Cryptography;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>
/// What SCRAM knows of the users, with one hash. Who is unknown gets a salt like everybody, always the same as long as the listener runs, and keys that
/// no password leads to: nobody can tell by trying which users there are.
/// </summary>
internal sealed class ScramUsers
{
    private const int SaltBytes = 16;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA512.HashSizeInBytes);
    private readonly int _iterations;
    private readonly Dictionary<string, ScramCredential> _credentials;

    public ScramUsers(HashAlgorithmName hash, IReadOnlyDictionary<string, string> passwords, int iterations)
    {
        Hash = hash;
        _iterations = iterations;
        _credentials = passwords.ToDictionary(
            user => user.Key, user => ScramCredential.Derive(hash, user.Value, SaltOf(user.Key), iterations), StringComparer.Ordinal);
    }

    public HashAlgorithmName Hash { get; }

    public ScramCredential Find(string user)
    {
        var nobody = new ScramCredential(SaltOf(user), _iterations, Own("stored", user), Own("server", user));
        return _credentials.GetValueOrDefault(user, nobody);
    }

    private byte[] SaltOf(string user) => Own("salt", user)[..SaltBytes];

    private byte[] Own(string what, string user) => CryptographicOperations.HmacData(Hash, _key, SaslText.Write($"{what}\0{user}"));
}
