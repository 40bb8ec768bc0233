using Ganglion.Brokers;

namespace InvoiceApproval.Timeline;

/// <summary>Puts events in the order in which they are told: by time, and no effect before its cause.</summary>
internal static class CausalOrder
{
    /// <summary>Causes that are not among the events have been told before.</summary>
    public static List<LoggedEvent> Of(IEnumerable<LoggedEvent> events)
    {
        // The broker stamps whole milliseconds; within one, channels are in the order of the business.
        LoggedEvent[] byTime =
        [
            .. events.OrderBy(logged => logged.Time.ToUnixTimeMilliseconds()).ThenBy(logged => Array.IndexOf(Channels.All, logged.Topic)),
        ];
        var byId = new Dictionary<string, LoggedEvent>();
        foreach (LoggedEvent logged in byTime)
        {
            byId[logged.Event.Id] = logged;
        }

        var ordered = new List<LoggedEvent>(byTime.Length);
        var told = new HashSet<TopicPartitionOffset>();
        foreach (LoggedEvent logged in byTime)
        {
            var causes = new Stack<LoggedEvent>();
            for (LoggedEvent? next = logged; next is not null && told.Add(next.Position); next = byId.GetValueOrDefault(next.Event.CausationId ?? string.Empty))
            {
                causes.Push(next);
            }

            ordered.AddRange(causes);
        }

        return ordered;
    }
}
