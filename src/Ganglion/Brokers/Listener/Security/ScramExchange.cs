using System.Security.Cryptography;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>
/// SCRAM (RFC 5802, RFC 7677), the server's side: the client says who it is and is told salt and iterations; then it proves that it knows the password,
/// and is given a proof that the server does. There is no channel binding.
/// </summary>
/// <param name="hash">The hash.</param>
/// <param name="find">Finds the credential of a user, and makes one up of somebody who is none.</param>
/// <param name="nonce">What the server adds to the client's nonce: a text that nobody can guess.</param>
internal sealed class ScramExchange(HashAlgorithmName hash, Func<string, ScramCredential> find, string nonce) : ISaslExchange
{
    private const string Malformed = "It does not speak as SCRAM has it.";

    private string _header = "";
    private string _clientFirst = "";
    private string _serverFirst = "";
    private string _clientNonce = "";
    private string _nonce = "";
    private ScramCredential? _credential;

    public string? UserName { get; private set; }

    public bool IsComplete { get; private set; }

    public byte[] Respond(ReadOnlySpan<byte> message) =>
        SaslText.Write(_credential is null ? Begin(SaslText.Read(message)) : Verify(_credential, SaslText.Read(message)));

    // client-first-message: flag "," ["a=" authzid] "," "n=" user ",r=" nonce ["," extensions]
    private string Begin(string message)
    {
        if (message.Split(',', 3) is not [var flag, var asWhom, var bare] || bare.Split(',') is not [var name, var clientNonce, ..])
        {
            throw new SaslFailedException(Malformed);
        }

        if (flag is not ("n" or "y"))
        {
            throw new SaslFailedException("It asks for channel binding, which there is not.");
        }

        UserName = ReadName(name, "n=");
        if (asWhom.Length > 0 && ReadName(asWhom, "a=") != UserName)
        {
            throw new SaslFailedException($"It wants to act as '{ClientText.Of(asWhom)}', which nobody may.");
        }

        _header = $"{flag},{asWhom},";
        _clientFirst = bare;
        _clientNonce = ReadNonce(clientNonce);
        _nonce = _clientNonce + nonce;
        _credential = find(UserName);
        return _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_credential.Salt)},i={_credential.Iterations}";
    }

    // client-final-message: "c=" the header in Base64 ",r=" nonce ["," extensions] ",p=" proof
    private string Verify(ScramCredential credential, string message)
    {
        int proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        string signed = message[..Math.Max(proofAt, 0)];
        byte[] proof = new byte[credential.StoredKey.Length];
        if (IsComplete
            || signed.Split(',') is not [var header, var echo, ..]
            || header != $"c={Convert.ToBase64String(SaslText.Write(_header))}"
            || (echo != $"r={_nonce}" && echo != $"r={_clientNonce}{_nonce}") // librdkafka before 2.6.1 tells its own nonce twice.
            || !Convert.TryFromBase64String(message[(proofAt + 3)..], proof, out int length)
            || length != proof.Length)
        {
            throw new SaslFailedException(Malformed);
        }

        byte[] all = SaslText.Write($"{_clientFirst},{_serverFirst},{signed}");
        byte[] clientKey = CryptographicOperations.HmacData(hash, credential.StoredKey, all);
        for (int i = 0; i < clientKey.Length; i++)
        {
            clientKey[i] ^= proof[i];
        }

        if (!CryptographicOperations.FixedTimeEquals(CryptographicOperations.HashData(hash, clientKey), credential.StoredKey))
        {
            throw new SaslFailedException("There is no such user, or the password is another.");
        }

        IsComplete = true;
        return $"v={Convert.ToBase64String(CryptographicOperations.HmacData(hash, credential.ServerKey, all))}";
    }

    // In names "=2C" stands for a comma, "=3D" for "=", which stands for nothing else.
    private static string ReadName(string field, string prefix)
    {
        string name = field.StartsWith(prefix, StringComparison.Ordinal) ? field[prefix.Length..] : "";
        bool isSound = name.Split('=').Skip(1).All(static rest => rest.StartsWith("2C", StringComparison.Ordinal) || rest.StartsWith("3D", StringComparison.Ordinal));
        return name.Length > 0 && isSound
            ? name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal)
            : throw new SaslFailedException(Malformed);
    }

    private static string ReadNonce(string field) =>
        field.Length > 2 && field.StartsWith("r=", StringComparison.Ordinal) && field.All(static one => one is >= '!' and <= '~')
            ? field[2..]
            : throw new SaslFailedException(Malformed);
}
