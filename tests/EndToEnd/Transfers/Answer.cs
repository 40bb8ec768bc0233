namespace EndToEnd.Transfers;

/// <summary>What became of a transfer, and the receipts of what was done outside for it.</summary>
internal sealed record Answer(int Number, bool Done, Receipt[] Receipts);
