using System.Globalization;

namespace Ganglion.Kafka.Settings;

/// <summary>Where the cluster is must be said, and readable.</summary>
internal static class AddressRules
{
    public static void Check(NativeSettings settings, List<string> faults)
    {
        string key = settings.KeyOf(SettingNames.Servers, nameof(KafkaBrokerOptions.BootstrapServers));
        if (string.IsNullOrWhiteSpace(settings[SettingNames.Servers]))
        {
            faults.Add($"{key} is not set: set some of the cluster's addresses, such as 'broker-1:9092,broker-2:9092', or give them to UseKafka(…).");
            return;
        }

        foreach (string address in settings[SettingNames.Servers]!.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!IsAddress(address))
            {
                faults.Add($"{key} has '{address}', which is no address: set host:port, such as 'broker-1:9092', several separated by commas.");
            }
        }
    }

    // librdkafka takes SASL_SSL://host:port, too; without a port, 9092.
    private static bool IsAddress(string address)
    {
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0 && !IsProtocol(address[..scheme]))
        {
            return false;
        }

        string place = scheme < 0 ? address : address[(scheme + 3)..];
        int colon = place.LastIndexOf(':');
        string port = colon < 0 || place.EndsWith(']') ? "9092" : place[(colon + 1)..];
        string host = colon < 0 || place.EndsWith(']') ? place : place[..colon];
        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
            && number > 0
            && Uri.CheckHostName(host) != UriHostNameType.Unknown;
    }

    private static bool IsProtocol(string text) =>
        text.ToUpperInvariant() is "PLAINTEXT" or "SSL" or "SASL_PLAINTEXT" or "SASL_SSL";
}
