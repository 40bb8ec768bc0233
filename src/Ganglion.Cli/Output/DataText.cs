using System.Text;
using System.Text.Unicode;

namespace Ganglion.Cli.Output;

/// <summary>What an event's data looks like on a screen: text as it is, other bytes in Base64.</summary>
internal static class DataText
{
    public static string Of(byte[] data) =>
        Utf8.IsValid(data) ? Encoding.UTF8.GetString(data) : $"base64:{Convert.ToBase64String(data)}";
}
