using System.Text;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>Texts of SASL, which are UTF-8. As with Kafka's own brokers and clients they are not normalised (SASLprep).</summary>
internal static class SaslText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="SaslFailedException">The bytes are no text.</exception>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new SaslFailedException("What it has sent is not UTF-8.");
        }
    }

    public static byte[] Write(string text) => Utf8.GetBytes(text);
}
