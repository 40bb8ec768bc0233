namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>A group that follows the protocol of KIP-848, with all that there is to tell.</summary>
/// <param name="State">What its members are about to do.</param>
/// <param name="Epoch">Counts its decisions who is meant to have what.</param>
/// <param name="Assignor">How they are made.</param>
/// <param name="Members">Its members.</param>
internal sealed record ModernGroupDescription(GroupState State, int Epoch, string Assignor, IReadOnlyList<ModernMemberDescription> Members);
