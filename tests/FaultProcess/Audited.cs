using Ganglion.Events;

namespace FaultProcess;

/// <summary>A transfer was noted.</summary>
[EventType("audited")]
internal sealed record Audited(int Number);
