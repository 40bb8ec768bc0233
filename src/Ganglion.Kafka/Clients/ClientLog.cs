using Microsoft.Extensions.Logging;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Clients;

/// <summary>Logs what the native clients have to tell. They keep secrets to themselves.</summary>
/// <param name="logger">Where it logs.</param>
/// <param name="hear">Hears each line, too.</param>
internal sealed partial class ClientLog(ILogger logger, Action<string>? hear = null)
{
    private readonly ILogger _logger = logger;

    public void Write(Client.LogMessage message)
    {
        hear?.Invoke(message.Message);
        LogLevel level = message.Level switch
        {
            <= Client.SyslogLevel.Critical => LogLevel.Critical,
            Client.SyslogLevel.Error => LogLevel.Error,
            Client.SyslogLevel.Warning => LogLevel.Warning,
            Client.SyslogLevel.Notice or Client.SyslogLevel.Info => LogLevel.Information,
            _ => LogLevel.Debug,
        };

        // All clients get what is passed through, producers and consumers alike, and each tells what is nothing to it.
        if (message.Facility == "CONFWARN" && message.Message.Contains("will be ignored by this", StringComparison.Ordinal))
        {
            level = LogLevel.Debug;
        }

        LogMessage(level, message.Name, message.Facility, message.Message);
    }

    [LoggerMessage(EventId = 440, Message = "{Client}: {Text} ({Facility})")]
    private partial void LogMessage(LogLevel level, string client, string facility, string text);
}
