namespace Ganglion.Kafka.Settings;

/// <summary>Who says how he proves who he is must say who he is, and the other way round.</summary>
internal static class SaslRules
{
    public static void Check(NativeSettings settings, List<string> faults)
    {
        bool isAsked = settings[SettingNames.Protocol]?.StartsWith("sasl_", StringComparison.OrdinalIgnoreCase) ?? false;
        Setting[] given = [.. settings.All.Where(setting => setting.Name.StartsWith("sasl.", StringComparison.Ordinal))];
        if (isAsked)
        {
            CheckMechanism(settings, faults);
        }
        else if (given.Length > 0)
        {
            string protocol = settings.KeyOf(SettingNames.Protocol, nameof(KafkaBrokerOptions.SecurityProtocol));
            faults.Add(
                $"{string.Join(", ", given.Select(setting => setting.Key))} would not be used, because {protocol} is "
                + $"{settings[SettingNames.Protocol] ?? "not set"}: set it to SaslSsl, or remove the others.");
        }
    }

    private static void CheckMechanism(NativeSettings settings, List<string> faults)
    {
        switch (settings[SettingNames.Mechanism]?.ToUpperInvariant())
        {
            case null:
                faults.Add($"{settings.KeyOf(SettingNames.Mechanism, "Sasl:Mechanism")} is not set: set Plain, ScramSha256, ScramSha512, OAuthBearer or Gssapi, whichever the cluster takes.");
                break;
            case "PLAIN" or "SCRAM-SHA-256" or "SCRAM-SHA-512":
                Require(settings, SettingNames.Username, "Sasl:Username", "the user's name", faults);
                Require(settings, SettingNames.Password, "Sasl:Password", "the password", faults);
                break;
            case "OAUTHBEARER" when !HasToken(settings):
                faults.Add(
                    $"{settings.KeyOf(SettingNames.Mechanism, "Sasl:Mechanism")} is OAuthBearer, but nothing says where its tokens come from: set "
                    + $"{KafkaSection.Name}:Client:sasl.oauthbearer.method to oidc, and its client id, secret and token.endpoint.url beside it.");
                break;
        }
    }

    private static bool HasToken(NativeSettings settings) =>
        string.Equals(settings["sasl.oauthbearer.method"], "oidc", StringComparison.OrdinalIgnoreCase)
        || string.Equals(settings["enable.sasl.oauthbearer.unsecure.jwt"], "true", StringComparison.OrdinalIgnoreCase);

    private static void Require(NativeSettings settings, string name, string otherwise, string what, List<string> faults)
    {
        if (string.IsNullOrEmpty(settings[name]))
        {
            faults.Add($"{settings.KeyOf(name, otherwise)} is not set, but the mechanism is {settings[SettingNames.Mechanism]}: set {what}.");
        }
    }
}
