using Ganglion.Kafka.Clients;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Kafka.Settings;

/// <summary>Checks settings, before anything is made of them.</summary>
internal static class CheckedSettings
{
    /// <summary>The settings of the native client, if nothing is wrong with them.</summary>
    /// <param name="options">What is set.</param>
    /// <param name="faults">What is known to be wrong already.</param>
    /// <exception cref="KafkaSettingsException">Anything is wrong; the message has all of it.</exception>
    public static NativeSettings Of(KafkaBrokerOptions options, List<string> faults)
    {
        NativeSettings settings = NativeSettings.Of(options, faults);
        SettingRules.Check(options, settings, faults);
        if (faults.Count == 0)
        {
            Try(options, settings, faults);
        }

        return faults.Count == 0 ? settings : throw new KafkaSettingsException(faults);
    }

    // Some things a native client says only when it is made: that a file holds no key, that two limits do not fit. Those made here have
    // nowhere to go.
    private static void Try(KafkaBrokerOptions options, NativeSettings settings, List<string> faults)
    {
        if (settings[SettingNames.Mechanism]?.ToUpperInvariant() is "GSSAPI" or "OAUTHBEARER")
        {
            // They would ask others for a ticket or a token.
            return;
        }

        var clients = new ClientFactory(settings, new ClientLog(NullLogger.Instance));
        foreach ((bool isProducer, Dictionary<string, string> own) in new ClientSettings(options, settings).ForTrial())
        {
            own.Remove(SettingNames.Servers);
            try
            {
                IDisposable client = isProducer ? clients.OpenProducer(own) : clients.OpenConsumer(own);
                client.Dispose();
            }
            catch (KafkaException exception)
            {
                string fault = $"{KafkaSection.Name}: librdkafka refuses this {(isProducer ? "for producers" : "for consumers")}: {exception.InnerException!.Message.TrimEnd()}. Correct it.";
                if (!faults.Contains(fault))
                {
                    faults.Add(fault);
                }
            }
        }
    }
}
