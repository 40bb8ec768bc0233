namespace FaultProcess;

/// <summary>What was done: the how many-th of its account it is, the how many-th seal of its region it has, and the keys of its effects.</summary>
internal sealed record TransferDone(int Number, string Account, string Region, int Count, int Seal, string Debit, string Credit);
