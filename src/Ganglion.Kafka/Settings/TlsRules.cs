namespace Ganglion.Kafka.Settings;

/// <summary>What belongs together must be there together, and files must be there at all.</summary>
internal static class TlsRules
{
    private const string Authorities = "ssl.ca.location";
    private const string Certificate = "ssl.certificate.location";
    private const string Key = "ssl.key.location";
    private const string KeyPassword = "ssl.key.password";
    private static readonly string[] Files = [Authorities, Certificate, Key, "ssl.keystore.location", "ssl.crl.location"];

    public static void Check(NativeSettings settings, List<string> faults)
    {
        CheckProtocol(settings, faults);
        bool hasCertificate = settings[Certificate] is not null || settings["ssl.certificate.pem"] is not null;
        bool hasKey = settings[Key] is not null || settings["ssl.key.pem"] is not null;
        if (hasCertificate && !hasKey)
        {
            faults.Add($"{KafkaSection.Name}:Tls:KeyLocation is not set, but there is a certificate: set the file of its key.");
        }

        if (hasKey && !hasCertificate)
        {
            faults.Add($"{KafkaSection.Name}:Tls:CertificateLocation is not set, but there is a key: set the file of its certificate.");
        }

        if (settings[KeyPassword] is { } password && (!hasKey || password.Length == 0 || char.IsWhiteSpace(password[0])))
        {
            string key = settings.KeyOf(KeyPassword, "Tls:KeyPassword");
            faults.Add(!hasKey
                ? $"{key} is set, but no key: set {KafkaSection.Name}:Tls:KeyLocation, or remove the password."
                : $"{key} is empty or begins with a blank, which librdkafka drops: give the key a password that does not, or remove it.");
        }

        foreach (Setting file in settings.All.Where(setting => Files.Contains(setting.Name)))
        {
            CheckFile(file, faults);
        }
    }

    private static void CheckProtocol(NativeSettings settings, List<string> faults)
    {
        bool isUsed = settings[SettingNames.Protocol]?.EndsWith("ssl", StringComparison.OrdinalIgnoreCase) ?? false;
        Setting[] given = [.. settings.All.Where(setting => setting.Name.StartsWith("ssl.", StringComparison.Ordinal))];
        if (!isUsed && given.Length > 0)
        {
            string protocol = settings.KeyOf(SettingNames.Protocol, nameof(KafkaBrokerOptions.SecurityProtocol));
            faults.Add(
                $"{string.Join(", ", given.Select(setting => setting.Key))} would not be used, because {protocol} is "
                + $"{settings[SettingNames.Protocol] ?? "not set"}: set it to Ssl or SaslSsl, or remove the others.");
        }
    }

    // Authorities may be a folder of files, or be looked for in the usual places.
    private static void CheckFile(Setting file, List<string> faults)
    {
        if (file.Name == Authorities && (file.Value == "probe" || Directory.Exists(file.Value)))
        {
            return;
        }

        try
        {
            File.OpenRead(file.Value).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            faults.Add($"{file.Key} is '{file.Value}', which cannot be read: {exception.Message} Correct the path, or let this user read the file.");
        }
    }
}
