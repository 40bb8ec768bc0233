using Ganglion.Events;

namespace FaultProcess;

/// <summary>A transfer was noted, with so much text that a few of these are worth a snapshot.</summary>
[EventType("audited")]
internal sealed record Audited(int Number, string Text = "");
