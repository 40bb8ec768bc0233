namespace Ganglion.Brokers.Listener.Security;

/// <summary>PLAIN (RFC 4616): one message, <c>[authzid] NUL user NUL password</c>.</summary>
internal sealed class PlainExchange(PlainUsers users) : ISaslExchange
{
    public string? UserName { get; private set; }

    public bool IsComplete { get; private set; }

    public byte[] Respond(ReadOnlySpan<byte> message)
    {
        string[] parts = SaslText.Read(message).Split('\0');
        if (parts is not [var asWhom, { Length: > 0 } user, { Length: > 0 } password])
        {
            throw new SaslFailedException("What it has sent is not a user and a password.");
        }

        UserName = user;
        if (!users.IsPassword(user, password))
        {
            throw new SaslFailedException("There is no such user, or the password is another.");
        }

        if (asWhom.Length > 0 && asWhom != user)
        {
            throw new SaslFailedException($"It wants to act as '{ClientText.Of(asWhom)}', which nobody may.");
        }

        IsComplete = true;
        return [];
    }
}
