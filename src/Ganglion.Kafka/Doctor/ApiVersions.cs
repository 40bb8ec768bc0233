using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ganglion.Kafka.Doctor;

/// <summary>Which requests the brokers know, and in which versions. The native client tells it in the lines of its log only (<c>debug=feature</c>).</summary>
internal sealed partial class ApiVersions
{
    private const int TxnOffsetCommit = 28;

    // (Number, name, lowest version of use, what for)
    private static readonly (int Key, string Name, int Least, string For)[] Needed =
    [
        (0, "Produce", 3, "headers and transactions (Kafka 0.11)"),
        (1, "Fetch", 4, "reading what is committed only (Kafka 0.11)"),
        (22, "InitProducerId", 0, "idempotent producers (Kafka 0.11)"),
        (24, "AddPartitionsToTxn", 0, "transactions (Kafka 0.11)"),
        (26, "EndTxn", 0, "transactions (Kafka 0.11)"),
        (TxnOffsetCommit, "TxnOffsetCommit", 3, "fencing a member that the group has given up (Kafka 2.5)"),
    ];

    private readonly ConcurrentDictionary<int, (int Least, int Most)> _versions = [];

    /// <summary>Takes a line of the log.</summary>
    public void Read(string line)
    {
        if (Line().Match(line) is { Success: true } api)
        {
            // Of several brokers, the oldest counts.
            (int Least, int Most) told = (Number(api, "least"), Number(api, "most"));
            _versions.AddOrUpdate(Number(api, "key"), told, (_, known) => (Math.Max(known.Least, told.Least), Math.Min(known.Most, told.Most)));
        }
    }

    public IEnumerable<Finding> Examine()
    {
        const string check = "versions";
        if (_versions.IsEmpty)
        {
            return [Finding.Unknown(check, "the native client has not told what the brokers know.")];
        }

        Finding[] missing =
        [
            .. Needed.Where(api => !_versions.TryGetValue(api.Key, out (int Least, int Most) known) || known.Most < api.Least)
                .Select(api => Finding.Fault(check, $"The brokers know no {api.Name} of version {api.Least}, which {api.For} needs.", "Take a newer Kafka.")),
        ];
        return missing.Length > 0
            ? missing
            : [Finding.Ok(check, $"the brokers know all that is needed: {string.Join(", ", Needed.Select(api => $"{api.Name} {_versions[api.Key].Least}–{_versions[api.Key].Most}"))}.")];
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"ApiKey \S+ \((?<key>-?\d+)\) Versions (?<least>-?\d+)\.\.(?<most>-?\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();
}
