using System.Security.Cryptography;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>What SCRAM knows of a user (RFC 5802, section 3). The password does not follow from it.</summary>
/// <param name="Salt">What the password is hashed with; clients are told.</param>
/// <param name="Iterations">How often it is hashed; clients are told.</param>
/// <param name="StoredKey">Proves that a client knows the password.</param>
/// <param name="ServerKey">Proves to the client that the server has this credential.</param>
internal sealed record ScramCredential(byte[] Salt, int Iterations, byte[] StoredKey, byte[] ServerKey)
{
    public static ScramCredential Derive(HashAlgorithmName hash, string password, byte[] salt, int iterations)
    {
        int size = CryptographicOperations.HashData(hash, []).Length;
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(SaslText.Write(password), salt, iterations, hash, size);
        byte[] clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8);
        return new ScramCredential(
            salt, iterations, CryptographicOperations.HashData(hash, clientKey), CryptographicOperations.HmacData(hash, salted, "Server Key"u8));
    }
}
