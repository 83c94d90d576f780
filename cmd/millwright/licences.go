package main

import (
	"github.com/spf13/cobra"

	"millwright/internal/app"
	"millwright/internal/app/bill"
)

func licenceList() *cobra.Command {
	var texts, sbom bool
	c := &cobra.Command{
		Use: "licences", Short: "List what this program is made from, and under which licences", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if sbom {
				return bill.SBOM(c.OutOrStdout(), app.Version)
			}
			return bill.Licences(c.OutOrStdout(), texts)
		},
	}
	c.Flags().BoolVar(&texts, "texts", false, "with the whole text of every licence")
	c.Flags().BoolVar(&sbom, "sbom", false, "as an SBOM (CycloneDX, JSON) instead")
	return c
}
