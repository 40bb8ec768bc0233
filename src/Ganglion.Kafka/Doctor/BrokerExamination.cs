using System.Globalization;
using Ganglion.Kafka.Settings;

namespace Ganglion.Kafka.Doctor;

/// <summary>Compares the settings of a broker with those of the client.</summary>
internal static class BrokerExamination
{
    private const string Check = "broker settings";

    public static IEnumerable<Finding> Examine(IReadOnlyDictionary<string, string> broker, KafkaBrokerOptions options, NativeSettings settings, int brokers)
    {
        var findings = new List<Finding>();
        long transaction = (long)options.TransactionTimeout.TotalMilliseconds;
        if (Number("transaction.max.timeout.ms") < transaction)
        {
            Fault($"transaction.max.timeout.ms is {broker["transaction.max.timeout.ms"]}: no transaction can last {transaction} ms.", $"Lower {KafkaSection.Name}:TransactionTimeout, or raise it.");
        }

        long session = long.Parse(settings[SettingNames.SessionTimeout] ?? "45000", CultureInfo.InvariantCulture);
        if (Number("group.min.session.timeout.ms") > session || Number("group.max.session.timeout.ms") < session)
        {
            Fault(
                $"group.min.session.timeout.ms to group.max.session.timeout.ms is {broker.GetValueOrDefault("group.min.session.timeout.ms")} to {broker.GetValueOrDefault("group.max.session.timeout.ms")}: no session can last {session} ms.",
                $"Set {KafkaSection.Name}:Consumer:SessionTimeout within it.");
        }

        foreach ((string copies, string least) in (ReadOnlySpan<(string, string)>)
        [
            ("default.replication.factor", "min.insync.replicas"),
            ("transaction.state.log.replication.factor", "transaction.state.log.min.isr"),
        ])
        {
            if (Number(copies) < Number(least))
            {
                Fault($"{copies} is {broker[copies]}, but {least} is {broker[least]}: nothing can be written.", $"Raise {copies}, or lower {least}.");
            }
            else if (Number(copies) < 3 && brokers >= 3)
            {
                findings.Add(Finding.Warning(
                    Check, $"{copies} is {broker[copies]}, though there are {brokers} brokers: what is kept so is lost, or stands still, with as many of them.", $"Set {copies}=3 and {least}=2."));
            }
        }

        if (findings.Count == 0)
        {
            findings.Add(Finding.Ok(Check, "they allow what is configured."));
        }

        return findings;

        long? Number(string name) =>
            long.TryParse(broker.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

        void Fault(string text, string remedy) => findings.Add(Finding.Fault(Check, text, remedy));
    }
}
