using System.Globalization;

namespace MarketingAssistant.Timeline;

/// <summary>Knows which leads have come to their end, and to which.</summary>
internal sealed class Ledger
{
    private readonly HashSet<string> _known = [];
    private readonly HashSet<string> _open = [];
    private readonly Dictionary<string, HashSet<string>> _out = [];
    private readonly HashSet<string> _incomplete = [];
    private int _written;
    private int _stopped;
    private int _rejected;
    private int _parked;

    public bool IsOpen => _open.Count > 0;

    /// <summary>A lead is to come.</summary>
    /// <returns>Whether nobody has heard of it yet.</returns>
    public bool Expect(string lead) => _known.Add(lead) && _open.Add(lead);

    public void Add(LeadEvent one)
    {
        if (one.LeadId is not { } lead)
        {
            return;
        }

        if (one.Name == Channels.New)
        {
            Expect(lead);
        }
        else if (one.Name is Channels.LeadFlagged or Channels.PitchFlagged)
        {
            End(lead, ref _stopped);
        }
        else if (one.Name == LeadEvent.Rejected)
        {
            End(lead, ref _rejected);
        }
        else if (one.Name == Channels.Delivered)
        {
            GoOut(lead, one["sink"]);
        }
        else if (Channels.Out.FirstOrDefault(channel => one.Name == Channels.ParkedOf(channel)) is { } sink)
        {
            _incomplete.Add(lead);
            GoOut(lead, sink);
        }
        else if (one.IsParked)
        {
            End(lead, ref _parked);
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{_known.Count} leads: {_written} written to, {_stopped} stopped by guards, {_rejected} rejected by the moderator, {_parked} parked.");

    // What cannot go one of the three ways still goes the others.
    private void GoOut(string lead, string sink)
    {
        HashSet<string> gone = _out.TryGetValue(lead, out HashSet<string>? known) ? known : _out[lead] = [];
        if (gone.Add(sink) && gone.Count == Channels.Out.Length)
        {
            End(lead, ref _incomplete.Contains(lead) ? ref _parked : ref _written);
        }
    }

    private void End(string lead, ref int count)
    {
        count++;
        _open.Remove(lead);
    }
}
