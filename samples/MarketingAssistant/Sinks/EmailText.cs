using System.Globalization;
using System.Text;
using MarketingAssistant.Messages;

namespace MarketingAssistant.Sinks;

/// <summary>Writes e-mails (RFC 5322), in UTF-8 as quoted-printable text (RFC 2045, section 6.7).</summary>
internal static class EmailText
{
    private const int MaxLine = 76;

    public static byte[] Write(EmailOrder order, string from, DateTimeOffset date, string idempotencyKey)
    {
        var email = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"Date: {date.ToUniversalTime():ddd, d MMM yyyy HH:mm:ss} +0000\r\n")
            .Append(CultureInfo.InvariantCulture, $"From: {from}\r\n")
            .Append(CultureInfo.InvariantCulture, $"To: {EncodedWords.Of(order.Name)}\r\n <{order.To}>\r\n")
            .Append(CultureInfo.InvariantCulture, $"Subject: {EncodedWords.Of(order.Subject)}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Message-ID: <{idempotencyKey}@{from[(from.LastIndexOf('@') + 1)..]}>\r\n")
            .Append("MIME-Version: 1.0\r\n")
            .Append("Content-Type: text/plain; charset=utf-8\r\n")
            .Append("Content-Transfer-Encoding: quoted-printable\r\n\r\n");
        foreach (string line in order.Text.ReplaceLineEndings("\n").Split('\n'))
        {
            AppendLine(email, Encoding.UTF8.GetBytes(line));
        }

        return Encoding.ASCII.GetBytes(email.ToString());
    }

    private static void AppendLine(StringBuilder email, byte[] line)
    {
        int length = 0;
        for (int i = 0; i < line.Length; i++)
        {
            // A space is written out where mail servers might cut it off: at the end.
            byte one = line[i];
            bool isPlain = one is >= (byte)' ' and <= (byte)'~' and not (byte)'=' && (one != ' ' || i < line.Length - 1);
            string written = isPlain ? ((char)one).ToString() : $"={one:X2}";
            if (length + written.Length >= MaxLine)
            {
                email.Append("=\r\n");
                length = 0;
            }

            email.Append(written);
            length += written.Length;
        }

        email.Append("\r\n");
    }
}
