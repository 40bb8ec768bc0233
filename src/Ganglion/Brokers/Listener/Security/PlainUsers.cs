using System.Security.Cryptography;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>
/// What PLAIN knows of the users. Of passwords there are hashes only, with a key of this process, so that comparing them tells nothing about their
/// beginnings; who is unknown is compared with what nobody has.
/// </summary>
internal sealed class PlainUsers
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly byte[] _nobody = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly Dictionary<string, byte[]> _hashes;

    public PlainUsers(IReadOnlyDictionary<string, string> passwords) =>
        _hashes = passwords.ToDictionary(user => user.Key, user => HashOf(user.Value), StringComparer.Ordinal);

    public bool IsPassword(string user, string password) =>
        CryptographicOperations.FixedTimeEquals(HashOf(password), _hashes.GetValueOrDefault(user, _nobody));

    private byte[] HashOf(string password) => HMACSHA256.HashData(_key, SaslText.Write(password));
}
